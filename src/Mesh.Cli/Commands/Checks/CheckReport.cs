using Mesh.Cli.Checks;
using Mesh.Cli.Output;

namespace Mesh.Cli.Commands.Checks;

/// <summary>Writes results as they come, under their categories.</summary>
internal sealed class CheckReport(Terminal terminal, bool isShort)
{
    private string? _category;

    public void Tell(CheckResult result)
    {
        if (isShort && result.Problem is null)
        {
            return;
        }

        if (_category != result.Category)
        {
            if (_category is not null)
            {
                terminal.Out.WriteLine();
            }

            _category = result.Category;
            terminal.Out.WriteLine(_category);
            terminal.Out.WriteLine(new string('-', _category.Length));
        }

        var (sign, tone) = result.Word switch
        {
            "success" => ("√", Tone.Good),
            "warning" => ("‼", Tone.Caution),
            _ => ("×", Tone.Bad),
        };
        terminal.Out.WriteLine($"{terminal.Paint(sign, tone)} {result.Check.Description}");
        if (result.Problem is { } problem)
        {
            terminal.Out.WriteLine($"    {Terminal.Safe(problem)}");
            terminal.Out.WriteLine($"    see {result.Check.Hint} for hints");
        }
    }

    public void End(bool isWell)
    {
        if (!isShort || _category is not null)
        {
            terminal.Out.WriteLine();
        }

        terminal.Out.WriteLine($"Status check results are {(isWell ? terminal.Paint("√", Tone.Good) : terminal.Paint("×", Tone.Bad))}");
    }
}
