namespace ILGPU.Runtime.OpenCL;

/// <summary>OpenCL devices of a context; the stand-in finds none.</summary>
public static class CLContextExtensions
{
    public static Context.Builder OpenCL(this Context.Builder builder) => builder;
}
