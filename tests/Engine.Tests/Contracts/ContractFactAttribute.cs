using Xunit.Abstractions;
using Xunit.Sdk;

namespace QDiff.Engine.Tests.Contracts;

/// <summary>A fact of a contract body: skipped in fixtures whose <see cref="RequiresAttribute"/> says that something is missing.</summary>
[XunitTestCaseDiscoverer("QDiff.Engine.Tests.Contracts.ContractFactDiscoverer", "QDiff.Engine.Tests")]
public sealed class ContractFactAttribute : FactAttribute;

/// <summary>A theory of a contract body: skipped like <see cref="ContractFactAttribute"/>.</summary>
[XunitTestCaseDiscoverer("QDiff.Engine.Tests.Contracts.ContractTheoryDiscoverer", "QDiff.Engine.Tests")]
public sealed class ContractTheoryAttribute : TheoryAttribute;

/// <summary>Makes the test case of a <see cref="ContractFactAttribute"/>.</summary>
public sealed class ContractFactDiscoverer(IMessageSink messages) : FactDiscoverer(messages)
{
    /// <inheritdoc/>
    protected override IXunitTestCase CreateTestCase(ITestFrameworkDiscoveryOptions options, ITestMethod method, IAttributeInfo fact) =>
        new ContractTestCase(DiagnosticMessageSink, options.MethodDisplayOrDefault(), options.MethodDisplayOptionsOrDefault(), method);
}

/// <summary>Makes the test cases of a <see cref="ContractTheoryAttribute"/>, one for each data row.</summary>
public sealed class ContractTheoryDiscoverer(IMessageSink messages) : TheoryDiscoverer(messages)
{
    /// <inheritdoc/>
    protected override IEnumerable<IXunitTestCase> CreateTestCasesForDataRow(
        ITestFrameworkDiscoveryOptions options, ITestMethod method, IAttributeInfo theory, object[] row) =>
        [new ContractTestCase(DiagnosticMessageSink, options.MethodDisplayOrDefault(), options.MethodDisplayOptionsOrDefault(), method, row)];
}

/// <summary>A test case that asks its fixture's <see cref="RequiresAttribute"/> whether it can run.</summary>
public sealed class ContractTestCase : XunitTestCase
{
    /// <summary>For deserialisation by the test runner.</summary>
    [Obsolete("Called by the deserialiser only.")]
    public ContractTestCase()
    {
    }

    /// <summary>A test of one method, with its data row if it has one.</summary>
    public ContractTestCase(
        IMessageSink messages, TestMethodDisplay display, TestMethodDisplayOptions displayOptions, ITestMethod method, object[]? row = null)
        : base(messages, display, displayOptions, method, row)
    {
    }

    /// <inheritdoc/>
    protected override string? GetSkipReason(IAttributeInfo factAttribute) =>
        base.GetSkipReason(factAttribute) ?? TestMethod.TestClass.Class.ToRuntimeType()
            .GetCustomAttributes(typeof(RequiresAttribute), inherit: true)
            .Cast<RequiresAttribute>()
            .Select(requirement => requirement.Missing)
            .FirstOrDefault(reason => reason is not null);
}
