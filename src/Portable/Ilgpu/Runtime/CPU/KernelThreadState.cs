namespace ILGPU.Runtime.CPU;

/// <summary>How far a kernel thread is.</summary>
internal enum KernelThreadState
{
    Fresh,
    Running,
    AtBarrier,
    Done,
}
