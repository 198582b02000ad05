using ILGPU.Util;

namespace ILGPU.Runtime;

/// <summary>Something that belongs to an accelerator and is disposed with it.</summary>
public abstract class AcceleratorObject : DisposeBase
{
    protected AcceleratorObject(Accelerator accelerator)
    {
        Accelerator = accelerator;
        accelerator.Register(this);
    }

    public Accelerator Accelerator { get; }

    public AcceleratorType AcceleratorType => Accelerator.AcceleratorType;

    protected sealed override void Dispose(bool disposing) => DisposeAcceleratorObject(disposing);

    /// <summary>Frees what the object holds; <paramref name="disposing"/> is false when the garbage collector asks for it.</summary>
    protected abstract void DisposeAcceleratorObject(bool disposing);
}
