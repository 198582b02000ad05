namespace ILGPU.Runtime.OpenCL;

/// <summary>A OpenCL device. The stand-in knows none.</summary>
public abstract class CLDevice : Device
{
    private CLDevice()
        : base(AcceleratorType.OpenCL)
    {
    }
}
