using System.Diagnostics;
using System.Security.Cryptography.X509Certificates;
using Mesh.Testing.Peers;

namespace Mesh.Server.Tests.Transport;

/// <summary>Runs <c>openssl s_client</c> against a port.</summary>
internal static class OpenSslClient
{
    public const string Get = "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";

    /// <summary>Everything it printed until the connection ended.</summary>
    public static async Task<string> RunAsync(int port, string[] arguments, string input, CancellationToken cancellationToken)
    {
        Peer.OpenSsl.Require();
        var start = new ProcessStartInfo("openssl", ["s_client", "-connect", $"127.0.0.1:{port}", "-ign_eof", .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        try
        {
            var output = Task.WhenAll(process.StandardOutput.ReadToEndAsync(cancellationToken), process.StandardError.ReadToEndAsync(cancellationToken));
            try
            {
                await process.StandardInput.WriteAsync(input.AsMemory(), cancellationToken);
                process.StandardInput.Close();
            }
            catch (IOException)
            {
                // It has given up already; what it says tells why.
            }

            return string.Concat(await output);
        }
        finally
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
        }
    }

    /// <summary>Files of a certificate and its key, as arguments.</summary>
    public static string[] Show(X509Certificate2 certificate, DirectoryInfo folder)
    {
        var (chain, key) = (Path.Combine(folder.FullName, "cert.pem"), Path.Combine(folder.FullName, "key.pem"));
        File.WriteAllText(chain, certificate.ExportCertificatePem());
        File.WriteAllText(key, certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        return ["-cert", chain, "-key", key];
    }
}
