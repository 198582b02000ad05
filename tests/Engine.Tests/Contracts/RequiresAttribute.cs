namespace QDiff.Engine.Tests.Contracts;

/// <summary>
/// Marks a fixture that needs what a machine may lack. Its contract tests are reported as skipped, with the reason, where it is missing.
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
public abstract class RequiresAttribute : Attribute
{
    /// <summary>Why the tests of the fixture cannot run here; null when they can.</summary>
    public abstract string? Missing { get; }
}
