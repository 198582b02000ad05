using QDiff.Engine.Tests.Contracts;
using QDiff.Kernels.Devices;

namespace QDiff.Kernels.Tests;

/// <summary>Marks a fixture that needs a device which most machines lack.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class RequiresDeviceAttribute(string device) : RequiresAttribute
{
    private static readonly Lazy<HashSet<string>> There = new(() => [.. AcceleratorDevice.List().Select(d => d.Name)]);

    public string Device => device;

    public override string? Missing => There.Value.Contains(device) ? null : $"This machine has no device '{device}'.";
}
