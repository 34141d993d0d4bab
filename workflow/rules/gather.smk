# Measures the machine, and gathers the records of all runs into a bundle.


# Every measurement of every machine is kept; the rule's output only marks that it was tried here. No run waits for it,
# and no run is lost if it fails. On a cluster the first job on each kind of node measures it instead (train.smk).
rule machine:
    output:
        touch("results/machines/{backend}-{machine}.done"),
    log:
        "<logs>/machine/{backend}-{machine}.log",
    benchmark:
        "<benchmarks>/machine/{backend}-{machine}.tsv"
    priority: 10_000
    conda:
        "../../environment.yml"
    threads: all_cores
    resources:
        gpu=gpus(ANY_WANTS_GPU),
    params:
        devices=DEVICES,
    shell:
        "python -m benchmarks.commands.ceilings --backend {wildcards.backend} --devices {params.devices} --out results/machines"
        " > {log} 2>&1 || echo 'the ceilings of this machine could not be measured; {log} says why'"


rule gather:
    input:
        expand("results/jobs/{job}.json", job=JOBS),
    output:
        report("results/bundle/runs.csv", caption="../captions/runs.rst", category="Results"),
        report("results/bundle/epochs.csv", caption="../captions/epochs.rst", category="Results"),
        report("results/bundle/measures.csv", caption="../captions/measures.rst", category="Results"),
        report("results/bundle/machines.csv", caption="../captions/machines.rst", category="Results"),
        "results/bundle/specs.json",
        "results/bundle/pictures.json",
        "results/bundle/bundle.json",
        "results/missing.json",
    log:
        "<logs>/gather.log",
    benchmark:
        "<benchmarks>/gather.tsv"
    localrule: True
    conda:
        "../../environment.yml"
    params:
        gather=GATHER,
        cards=cards,
    shell:
        "{params.gather:q} 2>&1 | tee {log}"


rule verdict:
    input:
        expand("results/jobs/{job}.json", job=JOBS),
        "results/report",
    output:
        "results/verdict.txt",
    log:
        "<logs>/verdict.log",
    localrule: True
    conda:
        "../../environment.yml"
    params:
        verdict=verdict_command,
    shell:
        "{params.verdict:q} --out {output} > {log} 2>&1"
