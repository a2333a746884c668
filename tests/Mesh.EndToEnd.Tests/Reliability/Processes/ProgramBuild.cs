using System.Reflection;

namespace Mesh.EndToEnd.Tests.Reliability.Processes;

/// <summary>A program as it was built, and what its environment tells it when it is started.</summary>
/// <param name="Path">Of its assembly.</param>
internal sealed record ProgramBuild(string Path)
{
    private static readonly KeyValuePair<string, string>[] QuietWorkload = [new("Logging__LogLevel__Default", "Information"), new("DOTNET_TieredPGO", "0")];

    /// <summary>The workload of this checkout.</summary>
    public static ProgramBuild OwnWorkload { get; } = new(WorkloadPath) { Environment = QuietWorkload };

    /// <summary>The control plane of this checkout.</summary>
    public static ProgramBuild OwnControlPlane { get; } = new(System.IO.Path.Combine(AppContext.BaseDirectory, "Mesh.ControlPlane.dll"));

    /// <summary>The workload that <c>MESH_WORKLOAD_DLL</c> names, such as one of another version; without it that of this checkout.</summary>
    public static ProgramBuild Workload { get; } = OwnWorkload with { Path = Named("MESH_WORKLOAD_DLL") ?? OwnWorkload.Path };

    /// <summary>The control plane that <c>MESH_CONTROL_PLANE_DLL</c> names; without it that of this checkout.</summary>
    public static ProgramBuild ControlPlane { get; } = OwnControlPlane with { Path = Named("MESH_CONTROL_PLANE_DLL") ?? OwnControlPlane.Path };

    public KeyValuePair<string, string>[] Environment { get; init; } = [];

    /// <summary>Another version than this checkout's is named.</summary>
    public bool IsOther => Path != OwnWorkload.Path && Path != OwnControlPlane.Path;

    /// <summary>The same with a heap that never gets larger: what needs more dies of an OutOfMemoryException.</summary>
    public ProgramBuild WithHeapOf(int mebibytes) => this with
    {
        // Hexadecimal, as the runtime reads it; a heap for each processor would divide it.
        Environment = [.. Environment, new("DOTNET_GCHeapHardLimit", $"{mebibytes * 1024L * 1024:X}"), new("DOTNET_gcServer", "0")],
    };

    private static string WorkloadPath => System.IO.Path.GetFullPath(
        typeof(ProgramBuild).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == "Mesh.Workload").Value!.Replace('\\', '/'),
        AppContext.BaseDirectory);

    private static string? Named(string variable) =>
        System.Environment.GetEnvironmentVariable(variable) is { Length: > 0 } path ? System.IO.Path.GetFullPath(path) : null;
}
