using System.Text.RegularExpressions;
using Mesh.Testing;

namespace Mesh.Architecture.Tests;

/// <summary>The source files of the product, read as text.</summary>
internal static partial class SourceTree
{
    public static string Root { get; } = Path.Combine(Repository.Root, "src");

    public static IReadOnlyList<SourceFile> Files { get; } =
        [.. Directory.EnumerateFiles(Root, "*.cs", SearchOption.AllDirectories)
            .Where(path => !IsBuildOutput(path))
            .Order(StringComparer.Ordinal)
            .Select(SourceFile.Read)];

    private static bool IsBuildOutput(string path)
    {
        var relative = Path.GetRelativePath(Root, path).Split(Path.DirectorySeparatorChar);
        return relative.Contains("obj") || relative.Contains("bin");
    }

    /// <summary>A file, the folder below its project that names its concept, and the namespaces of ours that it mentions.</summary>
    internal sealed partial record SourceFile(string Project, string Folder, string Path, string Text)
    {
        public string Name => System.IO.Path.GetFileNameWithoutExtension(Path);

        public string RelativePath => System.IO.Path.GetRelativePath(Root, Path).Replace('\\', '/');

        public int Lines => Text.AsSpan().Count('\n');

        /// <summary>First two parts after <c>Mesh.</c> of each namespace mentioned in code: project and folder.</summary>
        public IEnumerable<(string Project, string Folder)> Mentions =>
            Mention().Matches(Code)
                .Select(match => ($"Mesh.{match.Groups[1].Value}", match.Groups[2].Value))
                .Distinct();

        /// <summary>The text without comments.</summary>
        public string Code => string.Join('\n', Text.Split('\n').Where(line => !line.TrimStart().StartsWith("//", StringComparison.Ordinal)));

        public static SourceFile Read(string path)
        {
            var parts = System.IO.Path.GetRelativePath(Root, path).Split(System.IO.Path.DirectorySeparatorChar);
            return new SourceFile(parts[0], parts.Length > 2 ? parts[1] : "", path, File.ReadAllText(path));
        }

        [GeneratedRegex(@"\bMesh\.(Protocol|Client|Server|Config|Telemetry|ControlPlane|Cli)\.([A-Z]\w*)")]
        private static partial Regex Mention();
    }
}
