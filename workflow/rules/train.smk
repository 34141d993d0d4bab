# Trains the runs of one job, one after another, in one process. Its plan is written as the call begins (call.smk).


rule train:
    input:
        data=job_data,
        parents=job_parents,
        # A summary that does not hold is not removed here, since a dry run may change nothing.
        lost=no_file,
    output:
        ensure("results/jobs/{job}.json", non_empty=True),
    log:
        "<logs>/train/{job}.log",
    benchmark:
        "<benchmarks>/train/{job}.tsv"
    priority: urgency
    conda:
        "../../environment.yml"
    threads: THREADS
    resources:
        gpu=job_gpus,
        gres=job_gres,
        slurm_partition=job_partition,
        mem_mb=memory_mb,
        runtime=minutes,
    params:
        sources=job_sources,
        backend=CONFIG["backend"],
        precision=CONFIG["precision"],
        devices=DEVICES,
        options=train_options,
    # A job that SLURM has given no GPU uses none, though it may see those of the node.
    # A cluster sends SIGTERM to all processes at once, and the last lines should still reach the log.
    # `exec`, so that the engine is Snakemake's own child, not a shell's: it can end when its parent does.
    # The first job on a kind of node measures its ceilings: nodes differ, and the machine that calls is none of them.
    shell:
        'if [ -n "${{SLURM_JOB_ID-}}" ]; then export CUDA_VISIBLE_DEVICES="${{CUDA_VISIBLE_DEVICES-}}"; '
        "python -m benchmarks.commands.ceilings --once --backend {params.backend} --devices {params.devices}"
        " --out results/machines || echo 'the ceilings of this node could not be measured'; fi; "
        "exec python -m benchmarks.engine --job {wildcards.job} --runs results/plans/{wildcards.job}.json --out results"
        " --backend {params.backend} --precision {params.precision} --threads {threads}"
        " --checkpoints results/checkpoints {params.options:q} > >(trap '' TERM; exec tee -i {log}) 2>&1"
