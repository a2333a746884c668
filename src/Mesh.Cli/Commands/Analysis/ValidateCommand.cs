using System.CommandLine;
using Mesh.Config.Admission;

namespace Mesh.Cli.Commands.Analysis;

/// <summary><c>meshctl validate</c>: whether the control plane would take resources, and everything it would say of them.</summary>
internal static class ValidateCommand
{
    public static Command Create(CommandRunner run)
    {
        var files = new Option<string[]>("--filename", "-f") { Description = "A file or folder of resources, in YAML or JSON; - for what is piped in. Can be repeated.", HelpName = "FILE", AllowMultipleArgumentsPerToken = true };
        var more = new Argument<string[]>("FILE") { Description = "The same without -f.", Arity = ArgumentArity.ZeroOrMore };
        var ns = CommonOptions.Namespace("That of resources that name none. Default: default.");
        return run.Local("validate", "Checks resources as the control plane does when they are applied, all faults at once.", [files, more, ns], async (parsed, _, cancellationToken) =>
        {
            string[] paths = [.. parsed.GetValue(files) ?? [], .. parsed.GetValue(more) ?? []];
            if (paths.Length == 0)
            {
                throw new CommandException("expected files or folders to validate, or - for what is piped in. See meshctl validate --help.", ExitCode.Usage);
            }

            var reader = new ResourceReader(parsed.GetValue(ns) ?? "default");
            var report = new ValidationReport(run.Terminal, run.Format(parsed));
            foreach (var text in await InputTexts.ReadAsync(paths, run.Terminal, cancellationToken))
            {
                report.Add(text.File, reader.Read(text.Text, text.File));
            }

            return report.Write();
        });
    }
}
