# Measures how fast each entry trains and answers at growing batch sizes. No accuracy, and nothing is kept but times.


# No output, so that it always runs; what is measured already is not measured again.
rule speed:
    input:
        data=speed_data,
    log:
        "<logs>/speed.log",
    conda:
        "../../environment.yml"
    threads: all_cores
    resources:
        gpu=gpus(ANY_WANTS_GPU, DEVICES),
        gres=gres(ANY_WANTS_GPU, DEVICES),
        slurm_partition=partition(ANY_WANTS_GPU),
        mem_mb=at_most(16000, MOST_MB),
        runtime=at_most(240, MOST_MINUTES),
    params:
        selection=lambda wildcards: json.dumps(CONFIG),
    shell:
        '[ -z "${{SLURM_JOB_ID-}}" ] || export CUDA_VISIBLE_DEVICES="${{CUDA_VISIBLE_DEVICES-}}"; '
        "python -m benchmarks.speed.batch_sizes --results results --selection {params.selection:q} 2>&1 | tee {log}"
