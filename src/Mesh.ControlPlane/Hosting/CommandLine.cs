using System.CommandLine;
using Mesh.ControlPlane.Hosting.Registries;

namespace Mesh.ControlPlane.Hosting;

/// <summary>The command line of the control plane.</summary>
internal static class CommandLine
{
    public const int Success = 0;
    public const int Failure = 1;

    /// <summary>The exit code for a wrong command line (sysexits.h EX_USAGE).</summary>
    public const int Usage = 64;

    /// <summary>Parses, and runs with what was parsed; writes help, version and errors itself.</summary>
    public static async Task<int> RunAsync(
        IReadOnlyList<string> arguments, TextWriter output, TextWriter error, Func<CommandLineSettings, CancellationToken, Task<int>> run)
    {
        var config = new Option<DirectoryInfo?>("--config") { Description = "Folder of mesh resources (YAML): read, followed, and written by the API. Without it what the API is given is kept in memory.", HelpName = "DIR" };
        var configReadOnly = new Option<bool>("--config-read-only") { Description = "Never write into the --config folder, because somebody else keeps it, such as Git: the API refuses writes." };
        var allowShrunkStore = new Option<bool>("--allow-shrunk-store") { Description = "Serve although the --config folder holds none, or less than half, of what it held last (docs/fallback.md)." };
        var store = new Option<ControlPlaneStore?>("--store") { Description = "Where configuration is kept: Memory, Folder (--config), Postgres, for several control planes, or Kubernetes (--kubeconfig, --context). Default: Folder with --config, else Memory", HelpName = "STORE" };
        var connection = new Option<string?>("--connection") { Description = "Connection string of PostgreSQL. Other users of the machine see command lines: with a password use MESH_CONNECTION in the environment, or --connection-file.", HelpName = "TEXT" };
        var connectionFile = new Option<FileInfo?>("--connection-file") { Description = "File that holds the connection string.", HelpName = "FILE" };
        var kubeconfig = new Option<FileInfo?>("--kubeconfig") { Description = "Kubeconfig of --store Kubernetes. Default: the account of the pod, KUBECONFIG, or ~/.kube/config.", HelpName = "FILE" };
        var kubernetesContext = new Option<string?>("--context") { Description = "Context of the kubeconfig. Default: its current one.", HelpName = "NAME" };
        var registry = RegistryOption("--registry", "A registry of services: consul=URL, kubernetes=CONTEXT (of --kubeconfig), dns=NAME, or services, the section Services of the configuration. Any number.", "KIND=WHERE");
        var peer = RegistryOption("--peer", "The control plane of another cluster whose services are shared, as NAME=URL of its HTTP port. Its token: MeshControlPlane__Registries__Peers__NAME__TokenFile.", "NAME=URL");
        var cluster = new Option<string?>("--cluster") { Description = "Name of this cluster, where there are several.", HelpName = "NAME" };
        var network = new Option<string?>("--network") { Description = "Network of this cluster's workloads.", HelpName = "NAME" };
        var xdsPort = Port("--xds-port", "Port of xDS, plaintext HTTP/2, on the loopback address alone; 0 takes any free port. Default: 15010");
        var securePort = Port("--secure-port", "Port of xDS and the certificate authority over TLS; 0 takes any free port. Default: 15012, or any free port when --xds-port is 0");
        var noPlaintext = new Option<bool>("--no-plaintext") { Description = "Turn the plaintext xDS port off: every stream then needs a certificate of the mesh or an identity token." };
        var httpPort = Port("--http-port", "Port of the HTTP API, health and debug pages; 0 takes any free port. Default: 15014");
        var address = new Option<string?>("--address") { Description = "IP address of the TLS port and the HTTP port. Default: 127.0.0.1. On any other than a loopback address the API needs tokens and speaks TLS.", HelpName = "IP" };
        var state = new Option<DirectoryInfo?>("--state") { Description = "Folder of keys and tokens, for its owner alone. Without it they are in memory, and every workload must enrol again after a restart.", HelpName = "DIR" };
        var trustDomain = new Option<string?>("--trust-domain") { Description = "The trust domain of every identity. Default: cluster.local", HelpName = "NAME" };
        var authentication = new Option<ApiAuthentication?>("--authentication") { Description = "What the HTTP API asks of callers: LoopbackDevelopment (nothing; default on a loopback address) or Required (tokens)." };
        var forceDevelopment = new Option<bool>("--force-development") { Description = "Allow an API without credentials on an address that others reach. For closed test networks." };
        var analysis = new Option<bool>("--analysis") { Description = "Analyze the configuration whenever it changes, and write what is found into status.validationMessages." };
        var json = new Option<bool>("--json") { Description = "Print one JSON object with the addresses and the process id when ready." };
        var exitWithParent = new Option<bool>("--exit-with-parent") { Description = "Stop when standard input ends, as it does when the parent process ends." };
        var command = new RootCommand("The control plane of Mesh: unmodified Istio YAML in, xDS v3 out.") { config, configReadOnly, allowShrunkStore, store, connection, connectionFile, kubeconfig, kubernetesContext, registry, peer, cluster, network, xdsPort, securePort, noPlaintext, httpPort, address, state, trustDomain, authentication, forceDevelopment, analysis, json, exitWithParent };
        command.SetAction((parsed, cancellationToken) => run(
            new CommandLineSettings
            {
                Config = parsed.GetValue(config)?.FullName,
                ConfigReadOnly = parsed.GetValue(configReadOnly),
                AllowShrunkStore = parsed.GetValue(allowShrunkStore),
                Store = parsed.GetValue(store),
                Connection = parsed.GetValue(connection),
                ConnectionFile = parsed.GetValue(connectionFile)?.FullName,
                Kubeconfig = parsed.GetValue(kubeconfig)?.FullName,
                KubernetesContext = parsed.GetValue(kubernetesContext),
                Registries = parsed.GetValue(registry) ?? [],
                Peers = parsed.GetValue(peer) ?? [],
                Cluster = parsed.GetValue(cluster),
                Network = parsed.GetValue(network),
                XdsPort = parsed.GetValue(xdsPort),
                SecurePort = parsed.GetValue(securePort),
                NoPlaintext = parsed.GetValue(noPlaintext),
                HttpPort = parsed.GetValue(httpPort),
                Address = parsed.GetValue(address),
                State = parsed.GetValue(state)?.FullName,
                TrustDomain = parsed.GetValue(trustDomain),
                Authentication = parsed.GetValue(authentication),
                ForceDevelopment = parsed.GetValue(forceDevelopment),
                Analysis = parsed.GetValue(analysis),
                Json = parsed.GetValue(json),
                ExitWithParent = parsed.GetValue(exitWithParent),
            },
            cancellationToken));
        var result = command.Parse(arguments);
        if (result.Errors.Count > 0)
        {
            await error.WriteLineAsync($"mesh-control-plane: {string.Join(' ', result.Errors.Select(found => found.Message))} See --help.");
            return Usage;
        }

        // Signals belong to the host, which stops in order.
        return await result.InvokeAsync(new InvocationConfiguration { Output = output, Error = error, ProcessTerminationTimeout = null }, CancellationToken.None);
    }

    private static Option<string[]> RegistryOption(string name, string description, string form)
    {
        var option = new Option<string[]>(name) { Description = description, HelpName = form, AllowMultipleArgumentsPerToken = false };
        option.Validators.Add(result =>
        {
            foreach (var text in result.Tokens.Select(token => token.Value).Where(text => !RegistrySetting.IsGood(name, text)))
            {
                result.AddError($"{name}: expected {form}, got '{text}'.");
            }
        });
        return option;
    }

    private static Option<int?> Port(string name, string description)
    {
        var option = new Option<int?>(name) { Description = description, HelpName = "PORT" };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int?>() is < 0 or > 65535)
            {
                result.AddError($"{name}: expected a port from 0 to 65535, got {result.Tokens[0].Value}.");
            }
        });
        return option;
    }
}
