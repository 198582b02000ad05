namespace QDiff.Engine.Planning;

/// <summary>What a backend does for one sample.</summary>
/// <param name="Operations">Multiply-adds; a lone addition or multiplication counts as one.</param>
/// <param name="MemoryBytes">Bytes read and written that no cache of a core can spare.</param>
internal readonly record struct PlanWork(long Operations, long MemoryBytes);
