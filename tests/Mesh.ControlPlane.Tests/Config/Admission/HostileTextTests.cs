using System.Text;

namespace Mesh.ControlPlane.Tests.Config.Admission;

public sealed class HostileTextTests
{
    [Fact]
    public void S46_AliasBomb_IsRefused()
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
    public void S46_MillionObjects_AreRefused() => AssertRefusedCheaply(string.Concat(Enumerable.Repeat("---\na: b\n", 1_000_000)), "at most");

    [Theory]
    [InlineData(1_024, false)]
    [InlineData(1_025, true)]
    [InlineData(1_000_000, true)]
    public void S46_LongRegex_IsRefused(int length, bool refused)
    {
        var errors = Manifest.Errors(Manifest.VirtualService("a", $"hosts: [a]\nhttp:\n- match: [{{uri: {{regex: {new string('a', length)}}}}}]\n  route: [{{destination: {{host: a}}}}]"));

        Assert.Equal(refused, errors.Length > 0);
    }

    [Fact]
    public void S46_CountedRepetitionThatExplodes_IsRefused() =>
        Assert.NotEmpty(Manifest.Errors(Manifest.VirtualService("a", "hosts: [a]\nhttp:\n- match: [{uri: {regex: '((a{1000}){1000}){1000}'}}]\n  route: [{destination: {host: a}}]")));

    private static void AssertRefusedCheaply(string text, string expected)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();

        Assert.Contains(Manifest.Errors(text), error => error.Contains(expected, StringComparison.Ordinal));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 200_000_000);
    }
}
