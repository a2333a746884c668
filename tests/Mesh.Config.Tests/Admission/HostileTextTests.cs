using System.Text;
using Mesh.Testing;

namespace Mesh.Config.Tests.Admission;

public sealed class HostileTextTests
{
    [Fact]
    public void S46_H07_AliasBomb_IsRefused()
    {
        var text = new StringBuilder("apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec:\n  a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
        for (var level = 1; level < 20; level++)
        {
            text.Append("  a").Append(level).Append(": &a").Append(level).Append(" [").AppendJoin(", ", Enumerable.Repeat($"*a{level - 1}", 9)).Append("]\n");
        }

        AssertRefusedCheaply(text.ToString(), "not readable as YAML");
    }

    [Theory]
    [InlineData("[")]
    [InlineData("{a: ")]
    [InlineData("- ")]
    public void S46_TenThousandLevels_AreRefused(string open) => AssertRefusedCheaply(string.Concat(Enumerable.Repeat(open, 10_000)), "not readable as YAML");

    [Fact]
    public void S46_HundredMegabytes_AreRefused() => AssertRefusedCheaply(new string('a', 100_000_000), "at most");

    [Fact]
    public void S46_H07_MillionObjects_AreRefused() => AssertRefusedCheaply(string.Concat(Enumerable.Repeat("---\na: b\n", 1_000_000)), "at most");

    [Theory]
    [InlineData(1_024, false)]
    [InlineData(1_025, true)]
    [InlineData(1_000_000, true)]
    public void S46_LongRegex_IsRefused(int length, bool refused)
    {
        var errors = Manifest.Errors(Manifest.VirtualService("a", $"hosts: [a]\nhttp:\n- match: [{{uri: {{regex: {new string('a', length)}}}}}]\n  route: [{{destination: {{host: a}}}}]"));

        Assert.Equal(refused, errors.Length > 0);
    }

    [Theory]
    [InlineData("((a{1000}){1000}){1000}", true)]
    [InlineData("(a{2}|(b{501}c)*){2}", true)]
    [InlineData("(a{10}b{20}){50}", false)]
    [InlineData("(a{1000})(b{1000})c{1000}", false)]
    [InlineData("(a{0,2}){500}", false)]
    public void S46_H07_CountedRepetitionThatExplodes_IsRefused(string regex, bool refused) => Assert.Equal(
        refused,
        Manifest.Errors(Manifest.VirtualService("a", $"hosts: [a]\nhttp:\n- match: [{{uri: {{regex: '{regex}'}}}}]\n  route: [{{destination: {{host: a}}}}]")).Length > 0);

    private static void AssertRefusedCheaply(string text, string expected)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();

        Assert.Contains(Manifest.Errors(text), error => error.Contains(expected, StringComparison.Ordinal));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 200_000_000);
    }
}
