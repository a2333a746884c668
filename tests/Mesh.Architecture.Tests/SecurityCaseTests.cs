using System.Text.RegularExpressions;
using Mesh.Testing;

namespace Mesh.Architecture.Tests;

/// <summary>Keeps docs/security.md honest: a case that it calls covered has a test of that number, and a test of a number is in it.</summary>
public sealed partial class SecurityCaseTests
{
    private static readonly Dictionary<string, string> Rows =
        File.ReadAllLines(Path.Combine(Repository.Root, "docs", "security.md"))
            .Select(static line => Row().Match(line))
            .Where(static row => row.Success)
            .ToDictionary(static row => row.Groups[1].Value, static row => row.Groups[2].Value);

    // Case and class of each test.
    private static readonly HashSet<(string Case, string Class)> Tests =
        [.. Directory.EnumerateFiles(Path.Combine(Repository.Root, "tests"), "*.cs", SearchOption.AllDirectories)
            .Where(static path => !IsBuildOutput(path))
            .SelectMany(static path => Test().Matches(File.ReadAllText(path)).Select(test => (test.Groups[1].Value, Path.GetFileNameWithoutExtension(path))))];

    [Fact]
    public void CoveredCases_HaveTests()
    {
        var missing = Rows.Where(row => !IsUncovered(row.Value) && Tests.All(test => test.Case != row.Key)).Select(row => row.Key);

        Assert.NotEmpty(Rows);
        Assert.Empty(missing);
    }

    [Fact]
    public void Tests_WithANumber_AreInTheTable()
    {
        var unlisted = Tests.Where(test => !Rows.TryGetValue(test.Case, out var row) || IsUncovered(row)).Select(test => $"{test.Class}: {test.Case}");

        Assert.Empty(unlisted);
    }

    [Fact]
    public void ClassesInTheTable_HaveATestOfTheCase()
    {
        var wrong = Rows.SelectMany(row => ClassName().Matches(row.Value)
            .Where(name => !Tests.Contains((row.Key, name.Value)))
            .Select(name => $"{row.Key}: {name.Value}"));

        Assert.Empty(wrong);
    }

    private static bool IsUncovered(string row) => row.Contains("| not covered", StringComparison.Ordinal);

    private static bool IsBuildOutput(string path) =>
        Path.GetRelativePath(Repository.Root, path).Split(Path.DirectorySeparatorChar) is var parts && (parts.Contains("bin") || parts.Contains("obj"));

    [GeneratedRegex(@"^\| (S\d\d) (\|.*)$")]
    private static partial Regex Row();

    [GeneratedRegex(@"\[(?:Fact|Theory)[^\r\n]*\r?\n(?:\s*\[[^\r\n]*\r?\n)*\s*public (?:static )?(?:async )?[\w<>]+ (S\d\d)_\w+\(")]
    private static partial Regex Test();

    [GeneratedRegex(@"\b[A-Z]\w*Tests\b")]
    private static partial Regex ClassName();
}
