namespace ILGPU.Runtime.CPU;

/// <summary>A kernel did what a GPU would punish, or not do.</summary>
internal sealed class KernelFault : AcceleratorException
{
    public KernelFault(string message)
        : base(message)
    {
    }

    public KernelFault(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    public override AcceleratorType AcceleratorType => AcceleratorType.CPU;

    public static Exception OutsideKernel() =>
        new KernelFault("An element or an index of a kernel was asked for outside a kernel; copy buffers with CopyToCPU, and keep to indices inside kernels.");

    public static Exception OutsideView<T>(ArrayView<T> view, long index)
        where T : unmanaged => Here($"used index {index} of a view of {view.Length} elements{Of(view)}; valid are 0 to {view.Length - 1}");

    public static Exception OutsideView<T>(ArrayView<T> view, long index, long length)
        where T : unmanaged => Here(
            $"took {length} elements from {index} of a view of {view.Length}{Of(view)}; a sub-view starts at an element and ends inside the view");

    public static Exception NoWholeElements<T>(ArrayView<T> view, Type other, int size)
        where T : unmanaged => Here(
            $"read {view.LengthInBytes} bytes{Of(view)} as {other.Name} of {size} bytes; the view has to start and end at a whole element");

    private static string Of<T>(ArrayView<T> view)
        where T : unmanaged => view.Buffer is null ? "" : $" of {view.Buffer.Shadow.Describe()}";

    private static Exception Here(string what) => KernelThread.CurrentOrNone is { } thread
        ? thread.Executor.Fault(what)
        : new KernelFault($"The host {what}.");
}
