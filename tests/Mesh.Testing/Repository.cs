namespace Mesh.Testing;

/// <summary>Finds folders of the checkout that a test reads.</summary>
public static class Repository
{
    /// <summary>The folder that holds <c>Mesh.sln</c>.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Reference material beside the checkout; null in a plain clone, and tests that need it skip.</summary>
    public static string? SharedData
    {
        get
        {
            var folder = Path.GetFullPath(Path.Combine(Root, "..", "shared", "data"));
            return Directory.Exists(folder) ? folder : null;
        }
    }

    /// <summary>A file or folder of the reference material; skips the test where there is none.</summary>
    public static string RequireSharedData(params string[] path)
    {
        if (SharedData is not { } root)
        {
            Xunit.Assert.Skip("The reference data (../shared/data) is not beside this checkout.");
            return "";
        }

        return Path.Combine([root, .. path]);
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Mesh.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException($"No Mesh.sln above {AppContext.BaseDirectory}.");
    }
}
