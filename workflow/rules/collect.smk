# Measures the machine, and gathers the records of all runs into a bundle.


rule machine:
    output:
        "results/machines/{backend}.json",
    log:
        "<logs>/machine/{backend}.log",
    benchmark:
        "<benchmarks>/machine/{backend}.tsv"
    priority: 1
    conda:
        "../../environment.yml"
    threads: all_cores
    resources:
        gpu=0,
        mem_mb=4000,
        runtime=15,
    shell:
        "python -m benchmarks.machine --backend {wildcards.backend} --out {output} > {log} 2>&1"


rule collect:
    input:
        expand("results/jobs/{job}.json", job=JOBS),
        f"results/machines/{CONFIG['backend']}.json",
    output:
        report("results/bundle/runs.csv", caption="../captions/runs.rst", category="Results"),
        report("results/bundle/epochs.csv", caption="../captions/epochs.rst", category="Results"),
        report("results/bundle/measures.csv", caption="../captions/measures.rst", category="Results"),
        report("results/bundle/machines.csv", caption="../captions/machines.rst", category="Results"),
        "results/bundle/specs.json",
        "results/bundle/pictures.json",
        "results/bundle/bundle.json",
    log:
        "<logs>/collect.log",
    benchmark:
        "<benchmarks>/collect.tsv"
    localrule: True
    conda:
        "../../environment.yml"
    params:
        price=PRICE,
        cards=cards,
    shell:
        "python -m benchmarks.collect bundle --results results --out results/bundle {params.price:q} > {log} 2>&1"


rule verdict:
    input:
        expand("results/jobs/{job}.json", job=JOBS),
        "results/report/index.html",
    output:
        "results/verdict.txt",
    log:
        "<logs>/verdict.log",
    localrule: True
    conda:
        "../../environment.yml"
    params:
        selection=json.dumps(CONFIG),
    shell:
        "python -m benchmarks.collect verdict --results results --selection {params.selection:q} --out {output} > {log} 2>&1"
