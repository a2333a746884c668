using System.Text.RegularExpressions;

namespace Mesh.Architecture.Tests;

/// <summary>Holds the sizes and names of the style guide.</summary>
public sealed partial class SourceConventionTests
{
    private const int MaxFileLines = 300;
    private const int MaxFilesInAFolder = 20;

    [Fact]
    public void Files_Always_AreShort()
    {
        var tooLong = SourceTree.Files.Where(file => file.Lines > MaxFileLines).Select(file => $"{file.RelativePath}: {file.Lines} lines");
        Assert.Empty(tooLong);
    }

    [Fact]
    public void Files_Always_HoldOneTypeNamedAsTheFile()
    {
        var wrong =
            from file in SourceTree.Files
            let types = TopLevelType().Matches(file.Text).Select(match => match.Groups[1].Value).ToArray()
            where types.Length > 0
            where types.Distinct().Count() > 1 || !(file.Name == types[0] || file.Name.StartsWith(types[0] + ".", StringComparison.Ordinal))
            select $"{file.RelativePath}: {string.Join(", ", types)}";

        Assert.Empty(wrong);
    }

    [Fact]
    public void Namespaces_Always_FollowTheFolders()
    {
        string[] publicEntrances = ["Microsoft.Extensions.DependencyInjection", "Microsoft.AspNetCore.Builder", "Microsoft.Extensions.Hosting"];
        var wrong =
            from file in SourceTree.Files
            let declared = Namespace().Match(file.Text).Groups[1].Value
            let expected = Path.GetDirectoryName(file.RelativePath)!.Replace('/', '.').Replace('\\', '.')
            where declared.Length > 0 && declared != expected && declared != file.Project && !publicEntrances.Contains(declared)
            select $"{file.RelativePath}: {declared}";

        Assert.Empty(wrong);
    }

    [Fact]
    public void Names_Always_TellTheRole()
    {
        var drawers = SourceTree.Files
            .Where(file => DrawerName().IsMatch(file.Name) || DrawerFolder().IsMatch(file.RelativePath))
            .Select(file => file.RelativePath);

        Assert.Empty(drawers);
    }

    [Fact]
    public void Folders_Always_HoldFewFiles()
    {
        // Model is one record a file by design; it is split when it holds more than one concept.
        var crowded = SourceTree.Files
            .Where(file => file.Folder != "Model")
            .GroupBy(file => Path.GetDirectoryName(file.RelativePath))
            .Where(folder => folder.Count() > MaxFilesInAFolder)
            .Select(folder => $"{folder.Key}: {folder.Count()} files");

        Assert.Empty(crowded);
    }

    [Fact]
    public void Code_Always_HasNoUnfinishedParts()
    {
        var unfinished =
            from file in SourceTree.Files
            where file.Text.Contains("TODO", StringComparison.Ordinal)
                || file.Text.Contains("#region", StringComparison.Ordinal)
                || file.Code.Contains("NotImplementedException", StringComparison.Ordinal)
                || file.Code.Contains("async void", StringComparison.Ordinal)
            select file.RelativePath;

        Assert.Empty(unfinished);
    }

    [GeneratedRegex(@"^(?:public|internal|file)?\s*(?:(?:sealed|static|abstract|partial|readonly|ref|unsafe)\s+)*(?:class|interface|enum|struct|record(?:\s+struct|\s+class)?)\s+(\w+)", RegexOptions.Multiline)]
    private static partial Regex TopLevelType();

    [GeneratedRegex(@"^namespace\s+([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Namespace();

    [GeneratedRegex(@"(Manager|Helper|Helpers|Util|Utils|Utility|Impl|Data|Info)$")]
    private static partial Regex DrawerName();

    [GeneratedRegex(@"/(Internal|Utils|Helpers|Common|Misc)/")]
    private static partial Regex DrawerFolder();
}
