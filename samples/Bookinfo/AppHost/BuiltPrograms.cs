using System.Reflection;
using System.Runtime.InteropServices;

namespace Bookinfo.AppHost;

/// <summary>Where the programs that belong to this build are.</summary>
internal static class BuiltPrograms
{
    private static readonly Dictionary<string, string> Paths = typeof(BuiltPrograms).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>()
        .Where(attribute => attribute.Value is not null)
        .ToDictionary(attribute => attribute.Key, attribute => Path.GetFullPath(attribute.Value!.Replace('\\', '/'), AppContext.BaseDirectory));

    public static string DefaultConfigFolder => Paths["config"];

    /// <summary>The <c>dotnet</c> that runs this program, so that a second installation cannot get in between.</summary>
    public static string DotnetHost
    {
        get
        {
            // <dotnet>/shared/Microsoft.NETCore.App/<version>/
            var root = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
            var host = Path.Combine(root, OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet");
            return File.Exists(host) ? host : throw new AppHostException($"There is no {host}. Install the .NET SDK and run this sample with 'dotnet run'.");
        }
    }

    /// <summary>Path of a built program, by its assembly name.</summary>
    public static string Find(string assembly) =>
        Paths.TryGetValue(assembly, out var path) && File.Exists(path)
            ? path
            : throw new AppHostException($"{assembly} is not built (looked for {path ?? "nothing"}). Build the sample: dotnet build samples/Bookinfo/AppHost");
}
