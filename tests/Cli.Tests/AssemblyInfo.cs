// Commands run in this process, and training seeds torch's default generator, which the process has once.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
