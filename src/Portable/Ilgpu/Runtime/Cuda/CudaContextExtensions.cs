namespace ILGPU.Runtime.Cuda;

/// <summary>CUDA devices of a context; the stand-in finds none.</summary>
public static class CudaContextExtensions
{
    public static Context.Builder Cuda(this Context.Builder builder) => builder;
}
