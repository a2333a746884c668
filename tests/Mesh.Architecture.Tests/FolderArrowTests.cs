namespace Mesh.Architecture.Tests;

/// <summary>Holds the arrows of the house: which folder may use which.</summary>
public sealed class FolderArrowTests
{
    /// <summary>Folder -> folders of the same project that it may use. A folder that is missing here may use none.</summary>
    private static readonly Dictionary<string, Dictionary<string, string[]>> Arrows = new(StringComparer.Ordinal)
    {
        ["Mesh.Protocol"] = new(StringComparer.Ordinal)
        {
            ["Streams"] = [],
            ["Grpc"] = ["Streams"],
            ["Xds"] = ["Grpc"],
            ["Spiffe"] = [],
            ["Jwt"] = [],
        },
        ["Mesh.Client"] = new(StringComparer.Ordinal)
        {
            ["Model"] = [],
            ["Telemetry"] = [],
            ["Expressions"] = ["Model"],
            ["Propagation"] = [],
            ["Dialing"] = [],
            ["Identity"] = ["Dialing", "Telemetry"],
            ["Xds"] = ["Model", "Identity", "Telemetry"],
            ["Fallback"] = ["Model", "Identity", "Xds", "Telemetry"],
            ["Routing"] = ["Model", "Telemetry"],
            ["LoadBalancing"] = ["Model", "Telemetry"],
            ["Limits"] = ["Model", "Telemetry"],
            ["Health"] = ["Model", "Telemetry"],
            ["Resilience"] = ["Model", "Telemetry"],
            ["Faults"] = ["Model", "Telemetry"],
            ["Actions"] = ["Model", "Telemetry"],
            ["AccessLogs"] = ["Model", "Expressions", "Telemetry"],
            ["Tracing"] = ["Model", "Propagation", "AccessLogs", "Telemetry"],
            ["Transport"] = ["Model", "Dialing", "Identity", "Limits", "Telemetry"],
            ["Pipeline"] = ["Model", "Dialing", "Expressions", "Propagation", "Identity", "Routing", "LoadBalancing", "Limits", "Health", "Resilience", "Faults", "Actions", "Transport", "Telemetry", "AccessLogs", "Tracing"],
            ["Metrics"] = ["Model", "Expressions", "Identity", "Health", "Limits", "Resilience", "Pipeline", "Transport", "Telemetry"],
            ["Hosting"] = ["Model", "Expressions", "Metrics", "Propagation", "Identity", "Xds", "Fallback", "Routing", "LoadBalancing", "Limits", "Health", "Resilience", "Faults", "Actions", "Transport", "Pipeline", "Telemetry", "AccessLogs", "Tracing"],
        },
        ["Mesh.Server"] = new(StringComparer.Ordinal)
        {
            ["Reports"] = [],
            ["Transport"] = ["Rules", "Propagation", "Reports"],
            ["Authentication"] = ["Transport", "Rules", "Propagation", "Reports"],
            ["Authorization"] = ["Authentication", "Transport", "Rules", "Propagation", "Reports"],
            ["Apis"] = ["Rules", "Propagation", "Reports"],
            ["RateLimiting"] = ["Authentication", "Transport", "Rules", "Propagation", "Reports"],
            ["Propagation"] = ["Reports"],
            ["AccessLogs"] = ["Reports"],
            ["Tracing"] = ["Reports", "AccessLogs"],
            ["Registration"] = ["Transport"],
            ["Rules"] = [],
            ["Cors"] = ["Rules"],
            ["Debugging"] = [],
            ["Taps"] = ["Reports", "Transport", "Metrics"],
            ["Metrics"] = ["Reports", "Transport"],
            ["Pipeline"] = ["Reports", "Propagation", "Transport", "Rules", "Cors", "Authentication", "Authorization", "RateLimiting", "Apis", "Gateway"],
            ["Gateway"] = ["Transport", "Rules", "Propagation", "Reports"],
            ["Hosting"] = ["Debugging", "Taps", "Reports", "Metrics", "Transport", "Authentication", "Authorization", "RateLimiting", "Apis", "Propagation", "Registration", "Rules", "Cors", "Pipeline", "Gateway", "AccessLogs", "Tracing"],
        },
        ["Mesh.Config"] = new(StringComparer.Ordinal)
        {
            ["Yaml"] = [],
            ["Decoding"] = ["Yaml"],
            ["Validation"] = ["Yaml", "Decoding"],
            ["Admission"] = ["Yaml", "Decoding", "Validation"],
            ["Stores"] = [],
            ["Files"] = [],
            ["Schema"] = ["Yaml"],
            ["Objects"] = ["Yaml", "Schema"],
            ["Analysis"] = ["Yaml", "Decoding", "Validation", "Admission", "Stores"],
        },
        ["Mesh.Telemetry"] = new(StringComparer.Ordinal)
        {
            ["Exposition"] = [],
            ["Export"] = [],
            ["Hosting"] = ["Export"],
        },
        ["Mesh.ControlPlane"] = new(StringComparer.Ordinal)
        {
            ["Kubernetes"] = [],
            ["Stores"] = ["Storage", "Kubernetes"],
            ["Registry"] = [],
            ["Registries"] = ["Registry", "Kubernetes"],
            ["Storage"] = [],
            ["Auditing"] = ["Storage"],
            ["Access"] = ["Storage"],
            ["Keys"] = ["Storage"],
            ["Quotas"] = ["Serving"],
            ["Authority"] = ["Storage", "Access", "Auditing", "Registry"],
            ["Analysis"] = ["Registry"],
            ["Conversion"] = [],
            ["Generation"] = ["Registry", "Keys", "Conversion"],
            ["Rollout"] = ["Registry"],
            ["Graph"] = [],
            ["Serving"] = ["Generation", "Graph", "Rollout", "Registry", "Access", "Authority", "Storage"],
            ["Api"] = ["Auditing", "Graph", "Quotas", "Registry", "Analysis", "Generation", "Rollout", "Serving", "Authority", "Access", "Keys"],
            ["Dashboard"] = ["Api"],
            ["Hosting"] = ["Auditing", "Graph", "Stores", "Registry", "Registries", "Kubernetes", "Storage", "Access", "Keys", "Quotas", "Authority", "Analysis", "Conversion", "Generation", "Rollout", "Serving", "Api", "Dashboard"],
        },
        ["Mesh.Cli"] = new(StringComparer.Ordinal)
        {
            ["Output"] = [],
            ["Contexts"] = [],
            ["Connection"] = ["Contexts"],
            ["Objects"] = ["Connection"],
            ["Certificates"] = ["Connection"],
            ["Explanation"] = [],
            ["Checks"] = [],
            ["Commands"] = ["Output", "Contexts", "Connection", "Objects", "Certificates", "Explanation", "Checks"],
        },
    };

    private static readonly Dictionary<string, string[]> ProjectArrows = new(StringComparer.Ordinal)
    {
        ["Mesh.Protocol"] = [],
        ["Mesh.Client"] = ["Mesh.Protocol"],
        ["Mesh.Server"] = ["Mesh.Client", "Mesh.Protocol", "Mesh.Telemetry"],
        ["Mesh.Config"] = [],
        ["Mesh.Telemetry"] = [],
        ["Mesh.ControlPlane"] = ["Mesh.Protocol", "Mesh.Config", "Mesh.Telemetry"],
        ["Mesh.Cli"] = ["Mesh.Protocol", "Mesh.Client", "Mesh.Server", "Mesh.Config"],
    };

    [Fact]
    public void Folders_OfEveryProject_UseOnlyTheFoldersTheyMay()
    {
        var wrong =
            from file in SourceTree.Files
            where file.Folder.Length > 0
            from mention in file.Mentions
            where mention.Project == file.Project && mention.Folder != file.Folder
            where Arrows[file.Project].ContainsKey(mention.Folder)
            where !Arrows[file.Project].GetValueOrDefault(file.Folder, []).Contains(mention.Folder)
            select $"{file.RelativePath} uses {mention.Project}.{mention.Folder}; {file.Folder} may use: {string.Join(", ", Arrows[file.Project].GetValueOrDefault(file.Folder, []))}";

        Assert.Empty(wrong.Distinct());
    }

    [Fact]
    public void Folders_OfEveryProject_AreInThePlan()
    {
        var unknown =
            from file in SourceTree.Files
            where file.Folder.Length > 0 && file.Folder != "Properties"
            where !Arrows[file.Project].ContainsKey(file.Folder)
            select $"{file.Project}/{file.Folder}";

        Assert.Empty(unknown.Distinct());
    }

    [Fact]
    public void Plan_OfEveryProject_HasNoCycle()
    {
        foreach (var (project, folders) in Arrows)
        {
            foreach (var folder in folders.Keys)
            {
                Assert.False(Reaches(folders, folder, folder, []), $"{project}: {folder} reaches itself.");
            }
        }
    }

    [Fact]
    public void Projects_Always_UseOnlyTheProjectsTheyMay()
    {
        var wrong =
            from file in SourceTree.Files
            from mention in file.Mentions
            where mention.Project != file.Project && !ProjectArrows[file.Project].Contains(mention.Project)
            select $"{file.RelativePath} uses {mention.Project}";

        Assert.Empty(wrong.Distinct());
    }

    [Fact]
    public void ProjectFiles_Always_ReferenceOnlyTheProjectsTheyMay()
    {
        foreach (var (project, allowed) in ProjectArrows)
        {
            var text = File.ReadAllText(Path.Combine(SourceTree.Root, project, project + ".csproj"));
            var wrong = ProjectArrows.Keys.Except(allowed).Where(other => text.Contains($"/{other}.csproj", StringComparison.Ordinal));
            Assert.Empty(wrong);
        }
    }

    [Fact]
    public void Protobuf_InTheClient_StopsAtTheDecoders()
    {
        var wrong =
            from file in SourceTree.Files
            where file.Project == "Mesh.Client" && file.Folder is not ("Xds" or "Identity")
            where file.Code.Contains("Google.Protobuf", StringComparison.Ordinal) || file.Code.Contains("Mesh.Protocol.Envoy", StringComparison.Ordinal)
            select file.RelativePath;

        Assert.Empty(wrong);
    }

    private static bool Reaches(Dictionary<string, string[]> arrows, string from, string to, HashSet<string> seen) =>
        arrows.GetValueOrDefault(from, []).Any(next => next == to || (seen.Add(next) && Reaches(arrows, next, to, seen)));
}
