# The workflow is in workflow/; this file lets plain `snakemake` find it and its default profile.
include: "workflow/Snakefile"


rule default:
    default_target: True
    input:
        rules.all.input,
    localrule: True
