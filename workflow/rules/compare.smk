# Merges the bundles of two or more machines and renders their comparison.


# No output, so that it always runs; no input, so that it never starts another rule: it compares existing bundles.
rule compare:
    log:
        "<logs>/compare.log",
    localrule: True
    conda:
        "../../environment.yml"
    params:
        bundles=compared,
    shell:
        "python -m report --compare {params.bundles:q} --out results/comparison > {log} 2>&1"
