#!/usr/bin/env escript
%% Runs the scripts of a file on OTP's supervisor and prints what can be seen of each: one line for each start of a child, each time
%% it is up, each time it is told to stop, and each answer. A line with a dot ends a script.
%%
%% In a file, a script is a line "run STRATEGY RESTARTS AUTO_SHUTDOWN", lines of children, "begin", commands, and "end".
-mode(compile).
-export([init/1, start_child/2, child/3]).

main([File]) ->
    logger:set_primary_config(level, none),
    process_flag(trap_exit, true),
    ets:new(trace, [named_table, public, ordered_set]),
    ets:new(starts, [named_table, public]),
    {ok, Text} = file:read_file(File),
    scripts([string:lexemes(Line, " ") || Line <- string:lexemes(binary_to_list(Text), "\n")]).

scripts([]) -> ok;
scripts([["run", Strategy, Restarts, Auto] | Lines]) ->
    {Children, ["begin" | Rest]} = until_begin(Lines, []),
    {Commands, Others} = lists:splitwith(fun(Line) -> Line =/= ["end"] end, Rest),
    Flags = #{strategy => list_to_atom(Strategy), intensity => list_to_integer(Restarts), period => 3600,
              auto_shutdown => list_to_atom(Auto)},
    run({Flags, [spec(Child) || ["child" | Child] <- Children]}, Commands),
    [io:format("~s~n", [Line]) || {_, Line} <- ets:tab2list(trace)],
    io:format(".~n"),
    ets:delete_all_objects(trace),
    ets:delete_all_objects(starts),
    scripts(tl(Others)).

until_begin([["begin"] | Rest], Children) -> {lists:reverse(Children), ["begin" | Rest]};
until_begin([Child | Rest], Children) -> until_begin(Rest, [Child | Children]).

spec([Id, Restart, Shutdown, Significant | Failing]) ->
    #{id => Id, start => {?MODULE, start_child, [Id, [list_to_integer(Start) || Start <- Failing]]},
      restart => list_to_atom(Restart), shutdown => shutdown(Shutdown), significant => list_to_atom(Significant)}.

shutdown("brutal") -> brutal_kill;
shutdown("infinity") -> infinity;
shutdown(Milliseconds) -> list_to_integer(Milliseconds).

init(Arguments) -> {ok, Arguments}.

start_child(Id, Failing) -> proc_lib:start_link(?MODULE, child, [self(), Id, Failing]).

child(Parent, Id, Failing) ->
    process_flag(trap_exit, true),
    note([Id, " starts"]),
    case lists:member(ets:update_counter(starts, Id, 1, {Id, 0}), Failing) of
        true -> exit(broken);
        false -> ok
    end,
    note([Id, " is up"]),
    proc_lib:init_ack(Parent, {ok, self()}),
    receive
        fail -> exit(broken);
        return -> ok;
        {'EXIT', Parent, Reason} -> note([Id, " stops"]), exit(Reason)
    end.

run(Arguments, Commands) ->
    case supervisor:start_link(?MODULE, Arguments) of
        {ok, Supervisor} ->
            obey(Supervisor, Commands),
            exit(Supervisor, shutdown),
            receive {'EXIT', Supervisor, _} -> note("over") end;
        {error, {shutdown, {failed_to_start_child, Id, _}}} ->
            note(["failed to start ", Id])
    end.

obey(_, []) -> ok;
obey(Supervisor, [Command | Commands]) ->
    try obey_one(Supervisor, Command) of
        _ -> obey(Supervisor, Commands)
    catch
        %% The supervisor is gone, or was while it was asked.
        exit:_ -> ok
    end.

obey_one(Supervisor, ["fail", Id]) -> tell(Supervisor, Id, fail);
obey_one(Supervisor, ["return", Id]) -> tell(Supervisor, Id, return);
obey_one(Supervisor, ["terminate", Id]) -> answer(supervisor:terminate_child(Supervisor, Id));
obey_one(Supervisor, ["restart", Id]) -> answer(supervisor:restart_child(Supervisor, Id));
obey_one(Supervisor, ["delete", Id]) -> answer(supervisor:delete_child(Supervisor, Id));
obey_one(Supervisor, ["start" | Child]) -> answer(supervisor:start_child(Supervisor, spec(Child)));
obey_one(Supervisor, ["count"]) ->
    Counts = supervisor:count_children(Supervisor),
    note(lists:join(" ", [integer_to_list(proplists:get_value(Key, Counts))
                          || Key <- [specs, active, supervisors, workers]]));
obey_one(Supervisor, ["which"]) ->
    %% OTP lists the last one first.
    note(lists:join(" ", [[Id, ":", state(Pid)]
                          || {Id, Pid, _, _} <- lists:reverse(supervisor:which_children(Supervisor))])).

state(Pid) when is_pid(Pid) -> "running";
state(undefined) -> "stopped";
state(restarting) -> "restarting".

answer(ok) -> note("ok");
answer({ok, _}) -> note("ok");
answer({error, {already_started, _}}) -> note("already_started");
answer({error, Reason}) when is_atom(Reason), Reason =/= broken -> note(atom_to_list(Reason));
answer({error, _}) -> note("failed").

tell(Supervisor, Id, Word) ->
    case lists:keyfind(Id, 1, supervisor:which_children(Supervisor)) of
        {_, Pid, _, _} when is_pid(Pid) ->
            Monitor = monitor(process, Pid),
            Pid ! Word,
            receive {'DOWN', Monitor, _, _, _} -> settle(Supervisor, Pid) end;
        _ ->
            note([Id, " is not there"])
    end.

%% Waits until the supervisor has seen the end of the child and has done all that follows.
settle(Supervisor, Gone) ->
    Children = supervisor:which_children(Supervisor),
    case [Pid || {_, Pid, _, _} <- Children, Pid =:= Gone orelse Pid =:= restarting] of
        [] -> ok;
        _ -> settle(Supervisor, Gone)
    end.

note(Line) -> ets:insert(trace, {erlang:unique_integer([monotonic]), Line}).
