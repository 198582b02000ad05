namespace ILGPU.Runtime;

/// <summary>What an accelerator throws.</summary>
public abstract class AcceleratorException : Exception
{
    protected AcceleratorException(string message)
        : base(message)
    {
    }

    protected AcceleratorException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    public abstract AcceleratorType AcceleratorType { get; }
}
