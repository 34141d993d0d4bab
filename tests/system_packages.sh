#!/usr/bin/env bash
# The Debian packages that some tests need: a browser (chromium) and a cluster (slurm-wlm, munge). Without them those
# tests are skipped, so neither command fails:
#   missing   says in one line which of them are missing
#   install   installs them with apt-get, where that is possible
set -uo pipefail

packages=()
command -v chromium > /dev/null || packages+=(chromium)
command -v sbatch > /dev/null || packages+=(slurm-wlm)
command -v munged > /dev/null || [ -x /usr/sbin/munged ] || packages+=(munge)
[ ${#packages[@]} -gt 0 ] || exit 0
skipped="the tests that need ${packages[*]} will be skipped"

case "${1:-}" in
    missing)
        echo "$skipped; on Debian and Ubuntu \`make test-system\` installs them first"
        exit 0
        ;;
    install) ;;
    *)
        echo "usage: $0 missing|install" >&2
        exit 2
        ;;
esac

if ! command -v apt-get > /dev/null; then
    echo "no apt-get here: $skipped"
    exit 0
fi
root=()
if [ "$(id -u)" -ne 0 ]; then
    if ! sudo -n true 2> /dev/null; then
        echo "not root: $skipped"
        exit 0
    fi
    root=(sudo -n)
fi
export DEBIAN_FRONTEND=noninteractive
echo "installing ${packages[*]}"
log=$(mktemp)
# An empty array counts as unset in bash 3.2 and 4.3, hence the +.
if ! { ${root[@]+"${root[@]}"} apt-get update &&
    ${root[@]+"${root[@]}"} apt-get install -y --no-install-recommends "${packages[@]}"; } > "$log" 2>&1; then
    tail -n 5 "$log"
    echo "could not install ${packages[*]}: $skipped"
fi
rm -f "$log"
