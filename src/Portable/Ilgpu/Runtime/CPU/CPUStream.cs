namespace ILGPU.Runtime.CPU;

/// <summary>A queue in which nothing ever waits.</summary>
internal sealed class CPUStream(Accelerator accelerator) : AcceleratorStream(accelerator)
{
    public override void Synchronize()
    {
    }

    protected override void DisposeAcceleratorObject(bool disposing)
    {
    }
}
