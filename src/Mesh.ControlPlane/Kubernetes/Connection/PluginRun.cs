using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Mesh.Config.Analysis.Lookup;
using Mesh.ControlPlane.Kubernetes.Configuration;

namespace Mesh.ControlPlane.Kubernetes.Connection;

/// <summary>Runs a credential plugin once, within a time and a size, and reads what it prints.</summary>
internal static class PluginRun
{
    private const int LargestOutput = 1024 * 1024;
    private const int LongestError = 500;

    /// <exception cref="KubernetesFailure">It gives no credential.</exception>
    public static async Task<Credential> RunAsync(CredentialPlugin plugin, KubernetesAccess access, TimeProvider time, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(plugin.Timeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        using var process = Start(plugin, access);
        try
        {
            process.StandardInput.Close();
            var errors = ReadAsync(process.StandardError, LongestError, both.Token);
            var output = await ReadAsync(process.StandardOutput, LargestOutput, both.Token);
            await process.WaitForExitAsync(both.Token);
            return process.ExitCode == 0
                ? Read(plugin, output)
                : throw new KubernetesFailure($"The credential plugin {plugin.Command} ended with code {process.ExitCode}: {(await errors).Trim()}");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new KubernetesFailure($"The credential plugin {plugin.Command} did not end within {plugin.Timeout.TotalSeconds:0} s: does it ask for something? Log in by hand first.");
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }

    private static Process Start(CredentialPlugin plugin, KubernetesAccess access)
    {
        // A command with a folder in it is relative to the kubeconfig, any other is looked for on the PATH (client-go).
        var command = plugin.Command.Contains(Path.DirectorySeparatorChar) ? Path.Combine(plugin.WorkingFolder, plugin.Command) : plugin.Command;
        var start = new ProcessStartInfo(command, plugin.Arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (var (name, value) in plugin.Environment)
        {
            start.Environment[name] = value;
        }

        start.Environment["KUBERNETES_EXEC_INFO"] = Question(plugin, access).ToJsonString();
        try
        {
            return Process.Start(start)!;
        }
        catch (Exception exception) when (exception is Win32Exception or InvalidOperationException)
        {
            throw new KubernetesFailure($"The credential plugin {plugin.Command} cannot be started: {exception.Message}. {plugin.InstallHint}".TrimEnd(), exception);
        }
    }

    private static JsonObject Question(CredentialPlugin plugin, KubernetesAccess access)
    {
        var spec = new JsonObject { ["interactive"] = false };
        if (plugin.WantsCluster)
        {
            spec["cluster"] = new JsonObject
            {
                ["server"] = access.Server.ToString(),
                ["certificate-authority-data"] = access.Roots is { } roots ? Convert.ToBase64String(Encoding.UTF8.GetBytes(roots)) : null,
            };
        }

        return new JsonObject { ["apiVersion"] = plugin.ApiVersion, ["kind"] = "ExecCredential", ["spec"] = spec };
    }

    private static Credential Read(CredentialPlugin plugin, string output)
    {
        try
        {
            using var document = JsonDocument.Parse(output);
            var (root, status) = (document.RootElement, document.RootElement.Field("status"));
            if (root.Text("kind") != "ExecCredential" || root.Text("apiVersion") != plugin.ApiVersion)
            {
                throw new KubernetesFailure($"The credential plugin {plugin.Command} printed no ExecCredential of {plugin.ApiVersion}.");
            }

            var certificate = status.Text("clientCertificateData") is { Length: > 0 } pem ? Kubeconfig.Certificate(plugin.Command, pem, status.Text("clientKeyData")) : null;
            var token = status.Text("token");
            if (certificate is null && token.Length == 0)
            {
                throw new KubernetesFailure($"The credential plugin {plugin.Command} printed neither a token nor a certificate.");
            }

            DateTimeOffset? end = DateTimeOffset.TryParse(status.Text("expirationTimestamp"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;
            return new Credential(token.Length > 0 ? "Bearer " + token : null, certificate, end);
        }
        catch (JsonException exception)
        {
            throw new KubernetesFailure($"The credential plugin {plugin.Command} printed no JSON: {exception.Message}", exception);
        }
    }

    private static async Task<string> ReadAsync(StreamReader reader, int limit, CancellationToken cancellationToken)
    {
        var (text, buffer) = (new StringBuilder(), new char[4096]);
        while (await reader.ReadAsync(buffer, cancellationToken) is > 0 and var count)
        {
            // The rest is read and dropped, so that the program does not wait for us for ever.
            text.Append(buffer, 0, Math.Min(count, limit - text.Length));
        }

        return text.ToString();
    }
}
