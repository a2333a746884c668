using System.CommandLine;
using Mesh.Cli.Certificates;
using Mesh.Cli.Connection;
using Mesh.Client.Hosting;

namespace Mesh.Cli.Commands.Identity;

/// <summary><c>meshctl certificate issue</c>: files for programs that take their certificates from files, such as gRPC's own xDS clients (<c>file_watcher</c>).</summary>
internal static class CertificateCommand
{
    public static Command Create(CommandRunner run) =>
        new("certificate", "Certificates for programs that take them from files.") { Issue(run) };

    private static Command Issue(CommandRunner run)
    {
        var token = new Option<string>("--token") { Description = "An identity token: @FILE (mode 0600), or its text.", HelpName = "TOKEN", Required = true };
        var folder = new Option<DirectoryInfo>("--out") { Description = "Folder for cert-chain.pem, key.pem and root-cert.pem (Istio's names; mode 0600).", HelpName = "DIR", Required = true };
        var server = new Option<string?>("--ca") { Description = "The TLS port of the control plane. Default: what the state folder says, https://127.0.0.1:15012.", HelpName = "URL" };
        var lifetime = CommonOptions.Lifetime("the authority's");
        var watch = new Option<bool>("--watch") { Description = "Stay, and renew at half of each certificate's life." };
        return run.Local("issue", "Makes a key, gets a certificate for it, and writes both to files; the key never leaves this machine.", [token, folder, server, lifetime, watch], async (parsed, context, cancellationToken) =>
        {
            var ca = parsed.GetValue(server) is { } named ? ControlPlaneContext.Address(named, "--ca") : context.Secure ?? new Uri("https://127.0.0.1:15012");
            if (ca.Scheme != Uri.UriSchemeHttps)
            {
                throw new CommandException($"--ca: expected an https address, got '{ca}'.", ExitCode.Usage);
            }

            var enrolment = new Enrolment(ca, TokenFile.Resolve(parsed.GetValue(token)!), context.RootFile, LifetimeText.TryParse(parsed.GetValue(lifetime) ?? ""));
            var files = new CertificateFolder(parsed.GetValue(folder)!.FullName);
            var issued = await enrolment.IssueAsync(null, cancellationToken);
            files.Write(issued);
            await run.Terminal.Error.WriteLineAsync($"{issued.Leaf.SerialNumber} is good until {issued.Leaf.NotAfter.ToUniversalTime():u}.");
            if (parsed.GetValue(watch))
            {
                await new RenewalLoop(enrolment, files, run.Terminal.Error, TimeProvider.System, RandomSource.Shared).RunAsync(issued, cancellationToken);
            }

            return ExitCode.Fine;
        });
    }
}
