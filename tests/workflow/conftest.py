"""What several tests of the workflow start from."""

from pathlib import Path

import pytest

from tests.workflow.workflow_runs import copy_checkout


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of this checkout that nobody edits meanwhile: an edit is a reason to train anew."""
    folder = tmp_path_factory.mktemp("checkout")
    copy_checkout(folder)
    return folder
