using System.CommandLine;

namespace Mesh.Cli.Commands.Session;

/// <summary><c>meshctl completion</c>: the script by which a shell asks this program for completions.</summary>
internal static class CompletionCommand
{
    public static Command Create(CommandRunner run)
    {
        var shell = new Argument<string>("shell") { Description = "bash, zsh, fish or pwsh." };
        shell.AcceptOnlyFromAmong("bash", "zsh", "fish", "pwsh");
        return run.Local("completion", "Prints the script for a shell: source <(meshctl completion bash).", [shell], async (parsed, _, _) =>
        {
            await run.Terminal.Out.WriteAsync(ScriptOf(parsed.GetValue(shell)!));
            return ExitCode.Fine;
        });
    }

    /// <summary>Each passes the line without the program's name, and the cursor's place in it.</summary>
    private static string ScriptOf(string shell) => shell switch
    {
        "bash" => """
            _meshctl() {
                local line="${COMP_LINE#* }" IFS=$'\n'
                local position=$((COMP_POINT - ${#COMP_LINE} + ${#line}))
                COMPREPLY=($(compgen -W "$(meshctl "[suggest:$position]" "$line" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}"))
            }
            complete -o default -F _meshctl meshctl

            """,
        "zsh" => """
            #compdef meshctl
            _meshctl() {
                local line="${BUFFER#* }"
                local position=$((CURSOR - ${#BUFFER} + ${#line}))
                local -a names
                names=("${(@f)$(meshctl "[suggest:$position]" "$line" 2>/dev/null)}")
                compadd -- "${names[@]}" || _files
            }
            compdef _meshctl meshctl

            """,
        "fish" => """
            function __meshctl_complete
                set -l line (string replace -r '^\S+\s' '' -- (commandline -cp))
                meshctl "[suggest:"(string length -- "$line")"]" "$line" 2>/dev/null
            end
            complete -c meshctl -a '(__meshctl_complete)'

            """,
        _ => """
            Register-ArgumentCompleter -Native -CommandName meshctl -ScriptBlock {
                param($word, $ast, $cursor)
                $whole = $ast.ToString()
                $line = $whole -replace '^\S+\s?', ''
                $position = [Math]::Max(0, $cursor - ($whole.Length - $line.Length))
                meshctl "[suggest:$position]" "$line" 2>$null | ForEach-Object {
                    [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
                }
            }

            """,
    };
}
