using System.Text.Json.Nodes;
using Mesh.Cli.Contexts;

namespace Mesh.Cli.Connection;

/// <summary>Which control plane a command asks, and with which token; on the machine of the control plane its state folder says both.</summary>
/// <param name="Server">The HTTP API.</param>
/// <param name="Secure">The TLS port; null when only the server was named.</param>
/// <param name="Token">Null for a control plane in development mode.</param>
/// <param name="RootFile">Roots to believe for https; null to go by the token's pin, or else by the machine's.</param>
internal sealed record ControlPlaneContext(Uri Server, Uri? Secure, string? Token, string? RootFile)
{
    public const string ServerVariable = "MESHCTL_SERVER";
    public const string TokenVariable = "MESHCTL_TOKEN";
    public const string StateVariable = "MESHCTL_STATE";

    /// <summary>Kubernetes'.</summary>
    public const string DefaultNamespace = "default";

    private const string AddressFile = "control-plane.json";
    private const string AdminTokenFile = "admin.token";
    private const string DefaultServer = "http://127.0.0.1:15014";

    /// <summary>The context that says so; null when none does.</summary>
    public string? Name { get; init; }

    /// <summary>Where objects are looked for when nobody says.</summary>
    public string Namespace { get; init; } = DefaultNamespace;

    /// <summary>Where the token is from, for people; null for none.</summary>
    public string? TokenSource { get; init; }

    /// <summary>Where a control plane of its own keeps its state when nobody says.</summary>
    private static string DefaultState => Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify), "mesh", "control-plane", "cluster.local");

    /// <param name="asked">What the command line says.</param>
    /// <param name="variable">Reads the environment.</param>
    public static ControlPlaneContext Find(AskedContext asked, Func<string, string?> variable)
    {
        var store = ContextStore.Of(variable);
        var entry = EntryOf(asked, store, variable);
        var state = asked.State ?? variable(StateVariable) ?? DefaultState;
        var addresses = ReadAddresses(Path.Combine(state, AddressFile));
        var own = addresses?["http"]?.ToString() is { } published ? Address(published, AddressFile) : null;
        var server = Address(
            asked.Server ?? (asked.Context is null ? variable(ServerVariable) : null) ?? entry?.Server.ToString() ?? own?.ToString() ?? DefaultServer, "--server");

        // A token is for the control plane that it was made for, and for no other that somebody is made to ask.
        var named = entry is not null && entry.Server == server ? entry : null;
        var adminToken = Path.Combine(state, AdminTokenFile);
        var (token, source) = asked.Token is { } given ? (given, "--api-token")
            : variable(TokenVariable) is { } set ? (set, TokenVariable)
            : named is not null && store.HasToken(named.Name) ? ($"@{store.TokenFileOf(named.Name)}", $"context {named.Name}")
            : server == own && File.Exists(adminToken) ? ($"@{adminToken}", adminToken)
            : (null, (string?)null);
        return new ControlPlaneContext(
            server,
            addresses?["secureAddress"]?.ToString() is { } secure ? Address(secure, AddressFile) : null,
            token is null ? null : TokenFile.Resolve(token),
            asked.Roots ?? named?.Roots)
        {
            Name = named?.Name,
            Namespace = named?.Namespace ?? DefaultNamespace,
            TokenSource = source,
        };
    }

    /// <summary>The context that is asked for by name must be there; the one in use only counts where nothing nearer says where to ask.</summary>
    private static ContextEntry? EntryOf(AskedContext asked, ContextStore store, Func<string, string?> variable)
    {
        if ((asked.Context ?? variable(ContextStore.ContextVariable)) is { Length: > 0 } name)
        {
            return store.Find(name) ?? throw new CommandException($"There is no context '{name}'. 'meshctl context list' shows those that there are.", Cli.ExitCode.Usage);
        }

        return store.CurrentName is { } current ? store.Find(current) : null;
    }

    public static Uri Address(string text, string where) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"
            ? address
            : throw new CommandException($"{where}: expected an address such as http://127.0.0.1:15014 or https://host:15014, got '{text}'.", Cli.ExitCode.Usage);

    private static bool IsAlive(JsonNode? pid)
    {
        if (pid is not JsonValue value || !value.TryGetValue<int>(out var number))
        {
            return true;
        }

        try
        {
            using var process = System.Diagnostics.Process.GetProcessById(number);
            return !process.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private static JsonObject? ReadAddresses(string file)
    {
        if (!File.Exists(file))
        {
            return null;
        }

        try
        {
            // One that was killed could not take its addresses back.
            return JsonNode.Parse(File.ReadAllText(file)) is JsonObject addresses && IsAlive(addresses["pid"]) ? addresses : null;
        }
        catch (System.Text.Json.JsonException exception)
        {
            throw new CommandException($"{file} is not what a control plane writes there: {exception.Message}", Cli.ExitCode.BadFile);
        }
    }
}
