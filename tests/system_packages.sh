#!/usr/bin/env bash
# Installs the Debian packages that some tests need: a browser (chromium) and a cluster (slurm-wlm, munge).
# Where they cannot be installed the tests that need them are skipped, so this never fails.
set -uo pipefail

packages=()
command -v chromium > /dev/null || packages+=(chromium)
command -v sbatch > /dev/null || packages+=(slurm-wlm)
command -v munged > /dev/null || [ -x /usr/sbin/munged ] || packages+=(munge)
[ ${#packages[@]} -gt 0 ] || exit 0

if ! command -v apt-get > /dev/null; then
    echo "no apt-get here: the tests that need ${packages[*]} will be skipped"
    exit 0
fi
root=()
if [ "$(id -u)" -ne 0 ]; then
    if ! sudo -n true 2> /dev/null; then
        echo "not root: the tests that need ${packages[*]} will be skipped"
        exit 0
    fi
    root=(sudo -n)
fi
export DEBIAN_FRONTEND=noninteractive
echo "installing ${packages[*]}"
log=$(mktemp)
if ! { "${root[@]}" apt-get update && "${root[@]}" apt-get install -y --no-install-recommends "${packages[@]}"; } > "$log" 2>&1; then
    tail -n 5 "$log"
    echo "could not install ${packages[*]}: the tests that need them will be skipped"
fi
rm -f "$log"
