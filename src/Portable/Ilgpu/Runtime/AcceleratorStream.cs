namespace ILGPU.Runtime;

/// <summary>A queue of launches and copies. The stand-in has done everything by the time a call returns.</summary>
public abstract class AcceleratorStream : AcceleratorObject
{
    protected AcceleratorStream(Accelerator accelerator)
        : base(accelerator)
    {
    }

    /// <summary>Waits until everything in the queue is done.</summary>
    public abstract void Synchronize();
}
