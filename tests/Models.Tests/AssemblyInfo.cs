// Modules take their first weights from torch's default generator, one for the whole process: tests that seed it run one after the other.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
