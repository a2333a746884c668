using System.Text.Json.Nodes;

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

    private const string AddressFile = "control-plane.json";
    private const string AdminTokenFile = "admin.token";
    private const string DefaultServer = "http://127.0.0.1:15014";

    /// <summary>Where a control plane of its own keeps its state when nobody says.</summary>
    private static string DefaultState => Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify), "mesh", "control-plane", "cluster.local");

    /// <param name="server">Of the command line.</param>
    /// <param name="token">Of the command line: the text, or <c>@</c> and a file.</param>
    /// <param name="state">Of the command line: the state folder of a control plane on this machine.</param>
    /// <param name="rootFile">Of the command line.</param>
    /// <param name="variable">Reads the environment.</param>
    public static ControlPlaneContext Find(string? server, string? token, string? state, string? rootFile, Func<string, string?> variable)
    {
        state ??= variable(StateVariable) ?? DefaultState;
        var addresses = ReadAddresses(Path.Combine(state, AddressFile));
        var own = addresses?["http"]?.ToString() is { } published ? Address(published, AddressFile) : null;
        var asked = Address(server ?? variable(ServerVariable) ?? own?.ToString() ?? DefaultServer, "--server");

        // The administrator's token is for the control plane that wrote it, and for no other that somebody is made to ask.
        var adminToken = Path.Combine(state, AdminTokenFile);
        token ??= variable(TokenVariable) ?? (asked == own && File.Exists(adminToken) ? "@" + adminToken : null);
        return new ControlPlaneContext(
            asked,
            addresses?["secureAddress"]?.ToString() is { } secure ? Address(secure, AddressFile) : null,
            token is null ? null : TokenFile.Resolve(token),
            rootFile);
    }

    public static Uri Address(string text, string where) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"
            ? address
            : throw new CommandException($"{where}: expected an address such as http://127.0.0.1:15014 or https://host:15014, got '{text}'.", Cli.ExitCode.Usage);

    private static JsonObject? ReadAddresses(string file)
    {
        if (!File.Exists(file))
        {
            return null;
        }

        try
        {
            return JsonNode.Parse(File.ReadAllText(file)) as JsonObject;
        }
        catch (System.Text.Json.JsonException exception)
        {
            throw new CommandException($"{file} is not what a control plane writes there: {exception.Message}", Cli.ExitCode.BadFile);
        }
    }
}
