"""How one result is cited."""

from report.citation import fingerprint
from report.result_citation import result_bibtex
from report.results import Results


def test_a_result_is_cited_with_its_value_and_the_results_it_is_from(results: Results) -> None:
    groups = results.groups[
        (results.groups["entry"] == "lenet5_1998") & (results.groups["recipe"] == "mnist")
    ]
    group = groups.to_dict("records")[0]
    text = result_bibtex(results, group, "error")
    assert text.startswith("@misc{lenet5_1998-") and text.endswith("}")
    assert text.count("{") == text.count("}")
    assert "LeNet-5, mnist, standard tier: error " in text and "\\%" in text
    assert "Median of 3 runs" in text and fingerprint(results) in text
