namespace ILGPU.Runtime.Cuda;

/// <summary>A CUDA device. The stand-in knows none.</summary>
public abstract class CudaDevice : Device
{
    private CudaDevice()
        : base(AcceleratorType.Cuda)
    {
    }
}
