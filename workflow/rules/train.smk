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
        parents=job_parents,
    output:
        ensure("results/jobs/{job}.json", non_empty=True),
    log:
        "<logs>/train/{job}.log",
    benchmark:
        "<benchmarks>/train/{job}.tsv"
    priority: first_executions_first
    conda:
        "../../environment.yml"
    threads: THREADS
    resources:
        gpu=ASK[3],
        mem_mb=memory_mb,
        runtime=ASK[2],
    params:
        sources=job_sources,
        backend=CONFIG["backend"],
        precision=CONFIG["precision"],
        options=train_options,
    # `exec`, so that the engine is Snakemake's own child, not a shell's: it can end when its parent does.
    shell:
        "exec python -m benchmarks.engine --job {wildcards.job} --runs {input.plan} --out results"
        " --backend {params.backend} --precision {params.precision} --threads {threads}"
        " --checkpoints results/checkpoints {params.options:q} > >(tee -i {log}) 2>&1"
