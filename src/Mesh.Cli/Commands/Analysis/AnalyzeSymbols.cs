using System.CommandLine;
using Mesh.Config.Analysis;

namespace Mesh.Cli.Commands.Analysis;

/// <summary>The options of <c>meshctl analyze</c>, with the names that istioctl gives them.</summary>
internal sealed class AnalyzeSymbols
{
    public Argument<string[]> Paths { get; } = new("FILE") { Description = "Files and folders of resources, in YAML or JSON; - for what is piped in.", Arity = ArgumentArity.ZeroOrMore };

    public Option<string[]> Analyzers { get; } = new("--analyzer") { Description = "Run only this analyzer, by its name in --list-analyzers. Can be repeated.", HelpName = "NAME" };

    public Option<bool> ListsAnalyzers { get; } = new("--list-analyzers", "-L") { Description = "List the analyzers, and do nothing else." };

    public Option<string[]> Suppressions { get; } = new("--suppress", "-S") { Description = "Leave out a code for a resource, such as \"IST0103=Pod *.testing\". Can be repeated.", HelpName = "CODE=RESOURCE" };

    public Option<string?> Namespace { get; } = CommonOptions.Namespace("Only of this namespace, which is also that of resources that name none. Default: all.");

    public Option<bool> AllNamespaces { get; } = new("--all-namespaces", "-A") { Description = "Of all namespaces, which is the default." };

    public Option<MessageLevel> OutputThreshold { get; } = new("--output-threshold") { Description = "The least level that is shown: Info, Warning or Error.", HelpName = "LEVEL", DefaultValueFactory = _ => MessageLevel.Info };

    public Option<MessageLevel> FailureThreshold { get; } = new("--failure-threshold") { Description = "The least level that makes the exit code 79: Info, Warning or Error.", HelpName = "LEVEL", DefaultValueFactory = _ => MessageLevel.Error };

    public Option<string?> MeshConfigFile { get; } = new("--meshConfigFile") { Description = "The mesh configuration. Default: the ConfigMap istio of istio-system among the resources.", HelpName = "FILE" };

    public Option<string?> MeshNetworksFile { get; } = new("--meshNetworksFile") { Description = "The networks of the mesh. Default: meshNetworks of the same ConfigMap.", HelpName = "FILE" };

    public Option<string[]> Clusters { get; } = new("--cluster") { Description = "Files or a folder of another cluster of the mesh, to compare services with. Can be repeated.", HelpName = "NAME=PATH" };

    public Option<bool> IgnoresUnknown { get; } = new("--ignore-unknown") { Description = "Do not fail where a document is no resource." };

    public Option<bool?> Color { get; } = new("--color") { Description = "Colours. Default: when a terminal shows it." };

    public Option<bool> IsVerbose { get; } = new("--verbose", "-v") { Description = "Say what ran." };

    /// <summary>What changes nothing here, and is accepted for those who come from istioctl.</summary>
    public Option[] Ignored { get; } =
    [
        new Option<bool>("--recursive", "-R") { Description = "Folders are read with all their folders anyhow.", Hidden = true },
        new Option<string?>("--revision", "-r") { Description = "There is one revision.", Hidden = true },
        new Option<string?>("--timeout") { Description = "The control plane answers at once, or within 30 s not at all.", Hidden = true },
    ];

    public Option<bool?> UsesMesh { get; } = new("--use-kube", "-k") { Description = "Analyze what the control plane has, with the files in place of what they name. Default: when no files are given." };

    /// <summary>Whether the control plane is asked.</summary>
    public bool IsLive(ParseResult parsed) => parsed.GetValue(UsesMesh) ?? parsed.GetValue(Paths) is not { Length: > 0 };

    public IEnumerable<Symbol> All =>
    [
        Paths, Analyzers, ListsAnalyzers, Suppressions, Namespace, AllNamespaces, OutputThreshold, FailureThreshold,
        UsesMesh, MeshConfigFile, MeshNetworksFile, Clusters, IgnoresUnknown, Color, IsVerbose, .. Ignored,
    ];
}
