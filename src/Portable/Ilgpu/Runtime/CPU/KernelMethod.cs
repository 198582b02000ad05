using System.Reflection;
using System.Runtime.CompilerServices;

namespace ILGPU.Runtime.CPU;

/// <summary>A kernel that was loaded: its name, and its parameters, which must be what a GPU can be given.</summary>
internal sealed class KernelMethod
{
    private const string LauncherAssembly = "ILGPURuntime";

    private readonly CPUAccelerator accelerator;
    private readonly string[] parameters;

    /// <exception cref="NotSupportedException">
    /// The kernel captures objects, or a parameter holds a reference to one or has a type that ILGPU could not name.
    /// </exception>
    public KernelMethod(Accelerator accelerator, Delegate kernel)
    {
        ArgumentNullException.ThrowIfNull(kernel);
        this.accelerator = (CPUAccelerator)accelerator;
        var method = kernel.Method;
        Name = method.DeclaringType is { } type ? $"{type.Name}.{method.Name}" : method.Name;
        if (kernel.Target?.GetType() is { } captured && captured.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic).Length > 0)
        {
            throw new NotSupportedException($"Kernel '{Name}' captures objects of the host; pass what it needs as arguments.");
        }

        parameters = [.. method.GetParameters().Select(parameter => parameter.Name ?? "")];
        foreach (var parameter in method.GetParameters())
        {
            if (ManagedPart(parameter.ParameterType) is { } managed)
            {
                throw new NotSupportedException(
                    $"Parameter '{parameter.Name}' of kernel '{Name}' holds a reference of type {managed.Name}; pass numbers, views and structures of them.");
            }

            if (!IsSeen(parameter.ParameterType))
            {
                throw new NotSupportedException(
                    $"Parameter '{parameter.Name}' of kernel '{Name}' has a type that ILGPU's launchers cannot see; make it public, or internal in an assembly whose internals are visible to {LauncherAssembly}.");
            }
        }
    }

    public string Name { get; }

    /// <summary>Runs the kernel to its end.</summary>
    /// <param name="stream">A stream of the accelerator that loaded the kernel.</param>
    /// <param name="config">Groups and threads.</param>
    /// <param name="call">Calls the kernel with its arguments.</param>
    /// <param name="arguments">The arguments, for messages.</param>
    /// <exception cref="AcceleratorException">The launch asks for too much, or the kernel did what a GPU would punish.</exception>
    public void Launch(AcceleratorStream stream, KernelConfig config, Action call, Func<object[]> arguments)
    {
        ObjectDisposedException.ThrowIf(stream.IsDisposed, stream);
        if (stream.Accelerator != accelerator)
        {
            throw new ArgumentException($"Kernel '{Name}' was launched on a stream of another accelerator; use a stream of the one that loaded it.", nameof(stream));
        }

        accelerator.Executor.Launch(this, config, call, arguments);
    }

    /// <summary>The parameter whose value, or a part of it, is a view of <paramref name="buffer"/>.</summary>
    /// <param name="buffer">The buffer.</param>
    /// <param name="arguments">The arguments.</param>
    public string? ParameterOf(MemoryBuffer buffer, object[] arguments)
    {
        for (int i = 0; i < arguments.Length; i++)
        {
            if (Views(arguments[i], buffer))
            {
                return $"'{parameters[i]}'";
            }
        }

        return null;
    }

    private static bool Views(object value, MemoryBuffer buffer) => value is IArrayView view
        ? view.Buffer == buffer
        : Fields(value.GetType()).Any(field => !field.FieldType.IsPrimitive && field.GetValue(value) is { } part && Views(part, buffer));

    // A type that no GPU can be given, if there is one inside this type.
    private static Type? ManagedPart(Type type) => type switch
    {
        _ when !type.IsValueType => type,
        _ when type.IsPrimitive || type.IsEnum || typeof(IArrayView).IsAssignableFrom(type) => null,
        _ => Fields(type).Select(field => ManagedPart(field.FieldType)).FirstOrDefault(part => part is not null),
    };

    // ILGPU compiles launchers into an assembly of its own, which has to name the types of parameters.
    private static bool IsSeen(Type type)
    {
        bool isPublic = type.IsPublic || type.IsNestedPublic;
        bool isInternal = type.IsNotPublic || type.IsNestedAssembly || type.IsNestedFamORAssem;
        return (isPublic || (isInternal && ShowsInternals(type)))
            && (type.DeclaringType is null || IsSeen(type.DeclaringType))
            && type.GenericTypeArguments.All(IsSeen);
    }

    private static bool ShowsInternals(Type type) =>
        type.Assembly.GetCustomAttributes<InternalsVisibleToAttribute>().Any(attribute => attribute.AssemblyName == LauncherAssembly);

    private static FieldInfo[] Fields(Type type) => type.IsPrimitive || type.IsEnum
        ? []
        : type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic);
}
