using System.Text.RegularExpressions;
using FsCheck;
using FsCheck.Fluent;
using Mesh.Client.Model;
using Mesh.Config.Validation.Rules;
using Mesh.Testing;

namespace Mesh.Config.Tests.Validation;

/// <summary>What validation accepts as RE2 is what clients can run, and means there what it means in RE2.</summary>
public sealed class Re2AgreementTests
{
    private static readonly string[] Parts =
    [
        "a", "b", "1", "-", "^", "$", ".", "|", "(", ")", "(?:", "(?i)", "(?s:", "(?m)", "(?P<n>", "(?<m>", "[", "]", "[^", "[:alpha:]", "[:^digit:]", "*", "+", "?",
        "{", "}", "{2}", "{1,}", "{0,3}", "{,2}", ",", "\\", "\\d", "\\D", "\\w", "\\s", "\\S", "\\b", "\\A", "\\z", "\\.", "\\-", "\\]", "\\x41", "\\x{42}", "\\n",
        "\\Q", "\\E", "\\pL", "\\PN", "\\p{Lu}", "\\07", "é", " ", "#",
    ];

    private static FsCheck.Config Seeded { get; } = FsCheck.Config.QuickThrowOnFailure.WithMaxTest(FuzzRuns.Or(2_000)).WithReplay(20260, 11);

    [Fact]
    public void FindError_AnyTextThatIsAccepted_CanBeRunByClients()
    {
        var patterns = Gen.Elements(Parts).ArrayOf().Resize(12).Select(parts => string.Concat(parts));

        Check.One(Seeded, Prop.ForAll(patterns.ToArbitrary(), static pattern =>
            Re2Syntax.FindError(pattern) is not null || Re2Pattern.Validate(pattern) is not { } reason
                ? true
                : throw new InvalidOperationException($"{pattern} is accepted, but clients say: {reason}")));
    }

    [Fact]
    public void Match_GeneratedPattern_AgreesWithTheReference()
    {
        var cases = from node in ReferencePattern.Generator
                    from text in Gen.Elements('a', 'b', '1', '-', '\n').ArrayOf().Resize(8)
                    select (node, text: new string(text));

        Check.One(Seeded, Prop.ForAll(cases.ToArbitrary(), static sample =>
        {
            var pattern = sample.node.ToString()!;
            Assert.Null(Re2Syntax.FindError(pattern));
            var expected = sample.node.Ends(sample.text, 0).Contains(sample.text.Length);
            var actual = Regex.IsMatch(sample.text, Re2Pattern.ToFullMatch(pattern), Re2Pattern.Options);
            Assert.True(expected == actual, $"{pattern} on \"{sample.text.Replace("\n", "\\n", StringComparison.Ordinal)}\": RE2 says {expected}, we say {actual}");
        }));
    }

    [Theory]
    [InlineData("(?P<a>x)(?P<a>y)")]
    [InlineData("\\C")]
    [InlineData("[a-\\d]")]
    [InlineData("[[:nothing:]]")]
    [InlineData("\\p{Nothing}")]
    [InlineData("\\x{110000}")]
    [InlineData("\\x{zz}")]
    [InlineData("(?)")]
    [InlineData("(?i-)")]
    public void FindError_WhatNobodyCanRun_IsExplained(string pattern) => Assert.NotNull(Re2Syntax.FindError(pattern));
}
