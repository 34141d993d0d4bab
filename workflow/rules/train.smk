# Trains the runs of one job, one after another, in one process.


rule plan:
    output:
        "results/plans/{job}.json",
    log:
        "<logs>/plan/{job}.log",
    localrule: True
    conda:
        "../../environment.yml"
    params:
        runs=job_runs,
    shell:
        "printf '%s\\n' {params.runs:q} > {output} 2> {log}"


rule train:
    input:
        plan="results/plans/{job}.json",
        data=job_data,
    output:
        ensure("results/jobs/{job}.json", non_empty=True),
    log:
        "<logs>/train/{job}.log",
    benchmark:
        "<benchmarks>/train/{job}.tsv"
    conda:
        "../../environment.yml"
    threads: THREADS
    resources:
        gpu=0,
        mem_mb=ASK[1],
        runtime=ASK[2],
    params:
        sources=job_sources,
        backend=CONFIG["backend"],
        precision=CONFIG["precision"],
        options=option("--data-dir", "data_dir") + option("--time-limit", "time_limit"),
    shell:
        "python -m benchmarks.engine --job {wildcards.job} --runs {input.plan} --out results"
        " --backend {params.backend} --precision {params.precision} --threads {threads}"
        " --checkpoints results/checkpoints {params.options:q} 2>&1 | tee {log}"
