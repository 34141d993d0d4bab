# Downloads what a data set needs, or checks the local mirror, before any run needs it.


rule data:
    output:
        "results/data/{dataset}.json",
    log:
        "<logs>/data/{dataset}.log",
    localrule: True
    conda:
        "../../environment.yml"
    params:
        mirror=mirror,
    shell:
        "python -m benchmarks.commands.fetch {wildcards.dataset} {params.mirror:q} --out {output} 2>&1 | tee {log}"
